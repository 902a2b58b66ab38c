// Package passage finds the parts of a program's output that are for the user's terminal
// and not for the screen: the output of tmux in control mode (tmux -CC), texts for the
// clipboard that are too long for a screen, and files for iTerm2.
//
// tmux begins the control mode with the device control string DCS 1000 p, and writes lines.
// One that begins with % is a notification. The lines from %begin to the %end or %error with
// the same numbers are the answer to a command, and may be any text. After the line %exit
// comes ST (tmux(1), CONTROL MODE). The terminal whose windows are tmux's is iTerm2.
package passage
