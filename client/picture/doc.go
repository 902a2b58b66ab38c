// Package picture draws the pictures of programs in the user's terminal, by a protocol that the
// terminal has: kitty's graphics protocol, the inline files of iTerm2, or sixels. They arrive
// in streams of the server.
//
// The screen has blanks in their place. A picture is decoded once it is there, by a goroutine,
// and scaled to the cells of the terminal; then the parts of it that the screen shows are
// drawn over the frame.
package picture
