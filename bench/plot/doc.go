// Package plot draws the figures of a benchmark as SVG: distributions over an axis
// ([Lines]), amounts ([Bars]) and amounts of very different sizes ([Dots]), side by side
// in a [Figure].
//
// Series differ in their Styles: in dashes, and in colours that colour-blind people can
// distinguish (M. Okabe and K. Ito, Color Universal Design).
package plot
