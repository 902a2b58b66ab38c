// Package state is the two objects that a session synchronizes: what the user
// does ([User], client to server) and what the user sees ([Screen], server to
// client). Both are values for a wire.Transport: they do not change, and what
// makes another one shares what the two have in common.
//
// Between gm and gm, once the client has asked for the extension "appearance"
// and the server has granted it (mosh-protocol, section 11), the user's stream
// also tells how the user's terminal looks. It is one more kind of instruction
// in a UserMessage, which others skip:
//
//	message Appearance {             // field 64 of an instruction
//	    optional uint32 width  = 1;  // of the window in pixels, both or none
//	    optional uint32 height = 2;
//	    repeated uint32 color  = 3;  // number << 24 | red << 16 | green << 8 | blue
//	}
//
// A colour's number is 0 to 15 for an entry of the palette (OSC 4), 110 for
// text, 111 for the background, 112 for the cursor, 117 for what is selected and
// 119 for the text in it (OSC 10, 11, 12, 17, 19). What an instruction does not
// tell is as it was.
//
// The same way, by the extension "terminal", the user's stream tells what the
// user's terminal has answered of itself, once it has or will not any more, and
// again when that changes. The server answers programs by it, and holds answers
// that depend on it for at most a second of the session's beginning:
//
//	message Terminal {                     // field 80 of an instruction
//	    optional uint32 features      = 1; // the bits of vt.Feature
//	    repeated uint32 mode          = 2; // number of a private mode << 4 | value in DECRPM
//	    optional uint32 text_width    = 3; // XTWINOPS 14, in pixels
//	    optional uint32 text_height   = 4;
//	    optional uint32 screen_width  = 5; // XTWINOPS 15
//	    optional uint32 screen_height = 6;
//	    optional uint32 cell_width    = 7; // XTWINOPS 16
//	    optional uint32 cell_height   = 8;
//	    optional uint32 scheme        = 9; // DSR 996: 1 dark, 2 light
//	    optional uint32 widths        = 10; // the bits of vt.Widths
//	}
//
// It is the whole of what is known: what an instruction does not tell is not known
// any more. Programs' output is laid out by the widths, and a character of several
// code points comes in hoststrings as OSC 66 ; w=columns ; text BEL, whatever a
// receiver's own rules are. To a server with this extension the size of an Appearance is that of
// the user's tty (TIOCGWINSZ), and the program's tty gets it.
//
// The same way, by the extension "echo", screens tell what becomes of keys at
// the host. What an instruction does not tell is as it was:
//
//	message EchoState {                 // field 65 of an instruction
//	    optional uint32 modes     = 1;  // the bits of DisciplineModes
//	    optional bytes  chars     = 2;  // in the order of the ControlChars; those left out at the end are 0
//	    optional bool   alternate = 3;  // the alternate screen is in use
//	    optional uint64 heard     = 4;  // newest user-input state the terminal has had
//	}
//
// The same way, by the extension "exit", the last screen tells how the program
// ended. It is one more kind of instruction in a HostMessage:
//
//	message ExitStatus {                 // field 66 of an instruction
//	    optional uint32 status = 1;  // 0 to 255; 128+n for signal n
//	    optional string reason = 2;  // why the program could not be started
//	    optional string stopped = 3; // why the server ended the session while the program ran
//	}
//
// The same way, by the extension "flow", screens tell how much input the server
// takes, so that what is typed ahead of the program waits at the user's keyboard
// and is never lost:
//
//	message Credit {                 // field 72 of an instruction
//	    optional uint64 end = 1;     // place in the user's stream: keys are sent up to it
//	}
//
// Places count the bytes typed and one for each other event. The credit begins at
// InputWindow and never goes back. A character that interrupts the program may be
// sent beyond it; what is typed before such a character and was not sent is dropped,
// as the line discipline would do. Events that are no keys need no credit.
//
// By the extension "keys" the hoststrings of screens also carry the modes of the
// keyboard: DECCKM (?1), DECNKM as ESC = and ESC >, DECBKM (?67), and what Meta, Alt,
// NumLock and Delete send (?1034, ?1035, ?1036, ?1037, ?1039), each as set, reset or,
// by XTRESTORE, as before any program. The client sets them in the user's terminal,
// those with a DECRPM value only if the terminal reported one, and the server passes
// on keys as they came.
// Without it the client keeps DECCKM set, as a stock client does, and the server
// translates cursor keys.
//
// By the extension "colors" they carry the colours that programs set: OSC 4 and 104
// with up to 16 entries of the palette in one, OSC 10 to 14, 17 and 19 with one
// colour, as rgb:RR/GG/BB, and OSC 110 to 114, 117 and 119. Whatever sets them in the
// user's terminal takes them back at the end.
//
// By the extension "events" screens carry what the user's terminal is told once: a
// notification (OSC 9, 99, 777) or a mark (OSC 133, 633, 1337 ; SetMark), in the few
// forms that vt passes on, and no others are taken:
//
//	message Events {                  // field 88 of an instruction
//	    repeated Event event = 1;     // in their order
//	}
//	message Event {
//	    optional uint64 number  = 1;  // from 1 on; one that is not larger than the last is skipped
//	    optional bytes  command = 2;  // an OSC without its introducer and its end; left out for a
//	                                  // text for the clipboard that was refused as too long
//	    optional uint32 row     = 3;  // of a mark, from 0 on, on the screen that the
//	    optional uint32 column  = 4;  // instructions before lead to; left out for one that has left it
//	}
//
// At most 64 events and 64 KB of them wait, and none for more than a minute: they are
// dropped then, so that numbers may be missing. The hoststring carries what are states:
// progress (OSC 9 ; 4), the pointer's shape (OSC 22), and the shell's directory and
// variables (OSC 1337 ; CurrentDir and SetUserVar, OSC 633 ; P ; Cwd), which an empty
// value takes away. Without the extension
// notifications are in the hoststring, the rest is not sent.
package state
