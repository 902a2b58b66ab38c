// A terminal by xterm.js, driven through standard input and output. A message
// is a letter, the length of its data (32 bits, big endian), and the data.
//
// In: w output of the program, r columns and rows, s asks for the screen,
// t for the scrollback and the screen, p for the cells that show pictures.
// Out: a an answer of the terminal, s the screen as JSON: its lines and cursor;
// after t the lines of both, rows of one line joined; p the cells, as JSON.
'use strict';
const { Terminal } = require('@xterm/headless');
const [cols, rows, addon] = process.argv.slice(2);
const term = new Terminal({ cols: +cols, rows: +rows, scrollback: 20000, allowProposedApi: true });
let images, imageAddon;
if (addon.startsWith('./')) { // pictures, by a protocol
  const [file, protocol] = addon.split(':');
  images = require(file);
  imageAddon = images.load(term, protocol);
} else if (addon) {
  const [file, name] = addon.split(':');
  const loaded = require(file);
  term.loadAddon(new loaded[Object.keys(loaded).find((k) => k.endsWith('Addon'))]());
  if (name) term.unicode.activeVersion = name;
}

function send(kind, data) {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(data.length, 1);
  process.stdout.write(Buffer.concat([head, data]));
}

function screen() {
  const buffer = term.buffer.active;
  const lines = [];
  for (let y = 0; y < term.rows; y++) {
    const line = buffer.getLine(buffer.baseY + y);
    lines.push(line ? line.translateToString(true) : '');
  }
  return Buffer.from(JSON.stringify({ lines, x: buffer.cursorX, y: buffer.cursorY }));
}

function transcript() {
  const buffer = term.buffer.active;
  const lines = [];
  for (let y = 0; y < buffer.length; y++) {
    const line = buffer.getLine(y);
    const next = buffer.getLine(y + 1);
    const text = line.translateToString(!(next && next.isWrapped));
    if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return Buffer.from(JSON.stringify({ lines }));
}

term.onData((s) => send('a', Buffer.from(s, 'utf8')));
term.onBinary((s) => send('a', Buffer.from(s, 'latin1')));

function handle(kind, data) {
  switch (kind) {
    case 'w':
      return term.write(data);
    case 'r':
      return term.write('', () => {
        term.resize(...data.toString().split(' ').map(Number));
        send('r', Buffer.alloc(0));
      });
    case 's':
      return term.write('', () => send('s', screen()));
    case 't':
      return term.write('', () => send('s', transcript()));
    case 'p':
      return term.write('', () => send('p', Buffer.from(JSON.stringify(images.pictures(term, imageAddon)))));
  }
}

let input = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  input = Buffer.concat([input, chunk]);
  while (input.length >= 5 && input.length >= 5 + input.readUInt32BE(1)) {
    const end = 5 + input.readUInt32BE(1);
    handle(String.fromCharCode(input[0]), Buffer.from(input.subarray(5, end)));
    input = input.subarray(end);
  }
});
