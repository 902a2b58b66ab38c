// Package plot draws the figures of a benchmark as SVG: distributions over an
// axis ([Lines]), amounts ([Bars]) and amounts of very different sizes ([Dots]),
// put side by side in a [Figure].
//
// Series are told apart by Styles, which are kept apart by people who do not see
// all colours (M. Okabe and K. Ito, Color Universal Design), and by dashes.
package plot
