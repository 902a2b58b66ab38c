// What the image addon of xterm.js needs of a browser, for @xterm/headless: a
// canvas, by @napi-rs/canvas, and the sizes of what would be drawn.
'use strict';
const { createHash } = require('node:crypto');
const { createCanvas, loadImage, ImageData } = require('@napi-rs/canvas');
const { ImageAddon } = require('@xterm/addon-image');

const cell = { width: 9, height: 18 };
const dimensions = { css: { cell, canvas: {} } };

Object.assign(globalThis, {
  ImageData,
  window: globalThis,
  document: { createElement: () => createCanvas(1, 1) },
  async createImageBitmap(source, size) {
    const image = source instanceof Blob ? await loadImage(Buffer.from(await source.arrayBuffer())) : source;
    const { resizeWidth: width, resizeHeight: height } = size || { resizeWidth: image.width, resizeHeight: image.height };
    const canvas = createCanvas(width, height);
    canvas.getContext('2d').drawImage(image, 0, 0, width, height);
    return Object.assign(canvas, { close() {} });
  },
});

// load adds the addon, with sixels or with the files of iTerm2, to a terminal.
exports.load = (term, protocol) => {
  const nothing = { dispose() {} };
  dimensions.css.canvas = { width: term.cols * cell.width, height: term.rows * cell.height };
  term.onRender = () => nothing;
  Object.assign(term._core, {
    screenElement: {},
    _renderService: { dimensions, setRenderer() {}, refreshRows() {} },
    _coreBrowserService: { window: globalThis },
  });
  const addon = new ImageAddon({ sixelSupport: protocol === 'sixel', iipSupport: protocol === 'iterm2' });
  term.loadAddon(addon);
  term.parser.registerCsiHandler({ final: 't' }, ([n]) => {
    const size = { 14: ['4', dimensions.css.canvas], 16: ['6', cell] }[n];
    if (size) term._core.coreService.triggerDataEvent(`\x1b[${size[0]};${size[1].height};${size[1].width}t`);
    return true;
  });
  return addon;
};

// pictures returns the cells of the screen that show a picture: column, row and a
// hash of the pixels.
exports.pictures = (term, addon) => {
  const cells = [];
  for (let y = 0; y < term.rows; y++) {
    for (let x = 0; x < term.cols; x++) {
      const tile = addon.extractTileAtBufferCell(x, term.buffer.active.baseY + y);
      if (!tile) continue;
      const context = createCanvas(cell.width, cell.height).getContext('2d');
      context.drawImage(tile, 0, 0);
      const { data } = context.getImageData(0, 0, cell.width, cell.height);
      if (data.some(Boolean)) cells.push(`${x} ${y} ${createHash('sha1').update(data).digest('hex')}`);
    }
  }
  return cells;
};
