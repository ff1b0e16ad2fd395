/* A picture of a chart as the page shows it: labels, wording, bars, verdicts and key, with the address beneath.
   Text stays text and lines stay lines, so that the SVG can be edited. Loaded when the first picture is asked for. */
(function () {
  'use strict';
  var NS = 'http://www.w3.org/2000/svg', PAD = 24, FOOT = 44, SCALE = 2;
  var PAINT = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'fill-opacity', 'opacity'];
  var pen = document.createElement('canvas').getContext('2d');

  function node(name, attributes, parent) {
    var made = document.createElementNS(NS, name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (parent) parent.appendChild(made);
    return made;
  }

  function isClear(colour) { return !colour || colour === 'transparent' || /,\s*0\)$/.test(colour); }

  function place(box, from) { return { x: box.left - from.left, y: box.top - from.top, w: box.width, h: box.height }; }

  /* words, a line at a time, each where the page has it */
  function words(text, style, from, into) {
    var range = document.createRange(), said = text.data, lines = [];
    for (var at = 0; at < said.length; at++) {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      var box = range.getClientRects()[0];
      if (!box || !box.width) continue;
      var last = lines[lines.length - 1];
      if (last && Math.abs(last.top - box.top) < 3) { last.said += said[at]; last.right = box.right; } else lines.push({ said: said[at], left: box.left, right: box.right, top: box.top, height: box.height });
    }
    pen.font = style.fontWeight + ' ' + style.fontSize + ' ' + style.fontFamily;
    var size = pen.measureText('国'), up = size.fontBoundingBoxAscent || parseFloat(style.fontSize) * 0.88, down = size.fontBoundingBoxDescent || parseFloat(style.fontSize) * 0.2;
    lines.forEach(function (line) {
      if (!line.said.trim()) return;
      var made = node('text', {
        x: (line.left - from.left).toFixed(1), y: (line.top - from.top + (line.height - up - down) / 2 + up).toFixed(1),
        'font-family': style.fontFamily, 'font-size': style.fontSize, 'font-weight': style.fontWeight, fill: style.color,
        textLength: (line.right - line.left).toFixed(1), lengthAdjust: 'spacingAndGlyphs', 'xml:space': 'preserve'
      }, into);
      made.textContent = line.said;
      if (/underline/.test(style.textDecorationLine || style.textDecoration)) {
        node('line', { x1: line.left - from.left, x2: line.right - from.left, y1: line.top - from.top + line.height - 1, y2: line.top - from.top + line.height - 1, stroke: style.textDecorationColor || style.color, 'stroke-width': 2, 'stroke-dasharray': '2 2' }, into);
      }
    });
  }

  /* grounds and borders of an element */
  function frame(element, style, from, into) {
    var box = place(element.getBoundingClientRect(), from);
    if (!isClear(style.backgroundColor)) node('rect', { x: box.x, y: box.y, width: box.w, height: box.h, fill: style.backgroundColor }, into);
    [['Top', 0, 0, 1, 0], ['Right', 1, 0, 1, 1], ['Bottom', 0, 1, 1, 1], ['Left', 0, 0, 0, 1]].forEach(function (side) {
      var width = parseFloat(style['border' + side[0] + 'Width']), kind = style['border' + side[0] + 'Style'];
      if (!width || kind === 'none' || isClear(style['border' + side[0] + 'Color'])) return;
      node('line', {
        x1: box.x + side[1] * box.w, y1: box.y + side[2] * box.h, x2: box.x + side[3] * box.w, y2: box.y + side[4] * box.h,
        stroke: style['border' + side[0] + 'Color'], 'stroke-width': width, 'stroke-dasharray': kind === 'dashed' ? '4 3' : 'none'
      }, into);
    });
  }

  /* samples of the key that the style sheet paints as grounds: slanted lines, dots */
  function sample(element, style, from, into) {
    if (!element.matches('.key i')) return;
    var box = place(element.getBoundingClientRect(), from), ink = style.borderTopColor;
    var strip = element.matches('.gap-key') ? box.w : 7;
    for (var x = 2; element.matches('.st-part, .gap-key') && x <= strip + box.h; x += 4) {
      var left = Math.max(0, x - box.h), right = Math.min(strip, x);
      if (left < right) node('line', { x1: box.x + left, y1: box.y + (x - left), x2: box.x + right, y2: box.y + (x - right), stroke: ink, 'stroke-width': 1.2 }, into);
    }
    for (var y = 3; element.matches('.st-cum') && y < box.h; y += 3.5) {
      for (var c = 2; c < strip; c += 3.5) node('circle', { cx: box.x + c, cy: box.y + y, r: 1, fill: ink }, into);
    }
    if (element.matches('.na')) node('line', { x1: box.x, y1: box.y + box.h, x2: box.x + box.w, y2: box.y, stroke: ink }, into);
  }

  /* the sign of a verdict stands in a box of its own, which only the style sheet knows */
  function sign(element, from, into) {
    var style = getComputedStyle(element, '::before'), said = /^"(.*)"$/.exec(style.content);
    if (!said || !element.classList.contains('verdict')) return;
    var box = place(element.getBoundingClientRect(), from), width = parseFloat(style.width) || 22;
    if (!isClear(style.backgroundColor)) node('rect', { x: box.x, y: box.y, width: width + 1, height: box.h, fill: style.backgroundColor }, into);
    else node('line', { x1: box.x + width + 1, x2: box.x + width + 1, y1: box.y, y2: box.y + box.h, stroke: style.borderRightColor }, into);
    node('text', { x: box.x + width / 2 + 1, y: box.y + box.h / 2 + 4, 'text-anchor': 'middle', 'font-size': style.fontSize, 'font-weight': 700, 'font-family': style.fontFamily, fill: style.color }, into).textContent = said[1];
  }

  /* a drawing of the page: symbols and samples of the key, with the paint that the style sheet gives them */
  function drawing(svg, from, into) {
    var box = place(svg.getBoundingClientRect(), from), use = svg.querySelector('use'), colour = getComputedStyle(svg).color;
    var source = use ? document.querySelector(use.getAttribute('href')) : svg, copy = source.cloneNode(true);
    var live = source.querySelectorAll('*'), made = copy.querySelectorAll('*');
    Array.from(made).forEach(function (part, at) {
      var style = getComputedStyle(use ? svg : live[at]);
      PAINT.forEach(function (name) { if (!use || name === 'fill') part.setAttribute(name, style.getPropertyValue(name).replace('currentcolor', colour)); });
    });
    var view = source.getAttribute('viewBox'), scale = view ? box.w / parseFloat(view.split(/\s+/)[2]) : 1;
    var group = node('g', { transform: 'translate(' + box.x.toFixed(1) + ' ' + box.y.toFixed(1) + ') scale(' + scale.toFixed(3) + ')', color: colour, fill: colour }, into);
    while (copy.firstChild) group.appendChild(copy.firstChild);
  }

  function walk(element, from, into) {
    if (element.matches('.act, .sr, .plot, .trend, script, [hidden], .js-only')) return;
    var style = getComputedStyle(element);
    if (style.display === 'none' || style.visibility === 'hidden') return;
    if (element.namespaceURI === NS) { drawing(element, from, into); return; }
    frame(element, style, from, into);
    sample(element, style, from, into);
    sign(element, from, into);
    Array.from(element.childNodes).forEach(function (child) {
      if (child.nodeType === 3) words(child, style, from, into);
      else if (child.nodeType === 1) walk(child, from, into);
    });
  }

  /* every chart of the figure, at its place */
  function charts(figure, from, into) {
    return Promise.all(Array.from(figure.querySelectorAll('.js-plotly-plot')).map(function (chart) {
      var box = place(chart.getBoundingClientRect(), from);
      return window.Plotly.toImage(chart, { format: 'svg', width: Math.round(box.w), height: Math.round(box.h) }).then(function (address) {
        var text = decodeURIComponent(address.slice(address.indexOf(',') + 1));
        var drawn = document.importNode(new DOMParser().parseFromString(text, 'image/svg+xml').documentElement, true);
        drawn.setAttribute('x', box.x);
        drawn.setAttribute('y', box.y);
        drawn.querySelectorAll('.bg').forEach(function (ground) { ground.remove(); });
        into.appendChild(drawn);
      });
    }));
  }

  function foot(svg, height, style) {
    var set = document.querySelector('.foot [data-set]'), label = document.querySelector('.label');
    [[label, document.querySelector('.brand span'), set], [null]].forEach(function (line, place) {
      var said = line.filter(Boolean).map(function (part) { return part.textContent.trim(); }).join('　') || decodeURI(location.href).slice(0, 200);
      node('text', { x: PAD, y: height - FOOT + 14 + place * 18, 'font-size': 12, 'font-family': style.fontFamily, fill: style.color }, svg).textContent = said;
    });
  }

  function compose(figure) {
    var box = figure.getBoundingClientRect(), width = Math.ceil(box.width) + 2 * PAD, height = Math.ceil(box.height) + FOOT + PAD;
    var from = { left: box.left - PAD, top: box.top - PAD }, style = getComputedStyle(figure);
    var svg = node('svg', { xmlns: NS, width: width, height: height, viewBox: '0 0 ' + width + ' ' + height });
    node('title', {}, svg).textContent = document.title;
    node('rect', { width: width, height: height, fill: style.backgroundColor }, svg);
    var below = node('g', {}, svg), above = node('g', {}, svg);
    Array.from(figure.children).forEach(function (child) { walk(child, from, above); });
    foot(svg, height, getComputedStyle(document.querySelector('.foot')));
    return charts(figure, from, below).then(function () { return { svg: svg, width: width, height: height }; });
  }

  function save(blob, name) {
    var link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }

  function painted(made, text) {
    return new Promise(function (done, fail) {
      var image = new Image(), canvas = document.createElement('canvas');
      canvas.width = made.width * SCALE;
      canvas.height = made.height * SCALE;
      image.onload = function () {
        canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) { if (blob) done(blob); else fail(new Error('no picture')); }, 'image/png');
      };
      image.onerror = fail;
      image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(text);
    });
  }

  /* `kind` is png or svg; the promise holds once the file has been handed to the browser */
  window.livelihood.picture = function (figure, kind, name) {
    return compose(figure).then(function (made) {
      var text = '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(made.svg);
      if (kind === 'svg') { save(new Blob([text], { type: 'image/svg+xml' }), name + '.svg'); return null; }
      return painted(made, text).then(function (blob) { save(blob, name + '.png'); });
    });
  };
})();
