// Package picture decodes the protocols by which programs show pictures: kitty's graphics
// protocol, sixel (DEC STD 070) and the inline files of iTerm2. It reads the headers of images
// and leaves their data as they came.
//
// On a screen a picture is text, as kitty's Unicode placeholders are: each of its cells has
// the character U+10EEEE with two combining marks, for its row and its column in the picture,
// and the colour of its text is the picture's number. So pictures are scrolled, erased and
// sent as text is.
package picture
