/* Figures made ready for the page they lie on: colours of the theme in use, rows and panels where the page has put them. */
(function () {
  'use strict';
  var root = document.documentElement, AWAY = -9999, LOW = 32;

  /* colours: the style sheet is the only place that knows them */
  function resolve(value, style) {
    if (typeof value === 'string') {
      var found = /^var\((--[\w-]+)\)$/.exec(value);
      return found ? style.getPropertyValue(found[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map(function (item) { return resolve(item, style); });
    if (value && typeof value === 'object') {
      var copy = {};
      Object.keys(value).forEach(function (key) { copy[key] = resolve(value[key], style); });
      return copy;
    }
    return value;
  }

  function suffix(axis) { return (axis || 'y').slice(1); }

  /* one row of the page, one bar; one list of rows, one pair of axes. The figure lies over all of them */
  function fitPanels(figure, slot) {
    var meta = figure.layout.meta, box = slot.getBoundingClientRect(), middles = {}, least = LOW;
    figure.layout.height = box.height;
    var stacks = slot.parentNode.querySelectorAll('.stack');
    Array.from(stacks).forEach(function (stack, place) {
      var own = place ? String(place + 1) : '', rows = stack.querySelectorAll('.r'), draws = stack.querySelectorAll('.draw');
      if (!draws.length || !figure.layout['xaxis' + own]) return;
      var across = draws[0].getBoundingClientRect();
      var top = stack.getBoundingClientRect().top - box.top, end = top;
      middles[own] = Array.from(rows).map(function (row) {
        var at = (row.querySelector('.draw') || row).getBoundingClientRect(), own = row.getBoundingClientRect();
        end = Math.max(end, own.bottom - box.top);
        if (own.height) least = Math.min(least, own.height);
        return own.height ? at.top - box.top + at.height / 2 : AWAY;
      });
      figure.layout['xaxis' + own].domain = [(across.left - box.left + 8) / box.width, (across.right - box.left - 16) / box.width];
      figure.layout['yaxis' + own].domain = [Math.max(0, 1 - end / box.height), Math.min(1, 1 - top / box.height)];
      figure.layout['yaxis' + own].range = [end, top];
    });
    var thin = Math.min(1, least / LOW);
    function placed(axis) {
      var at = middles[suffix(axis)];
      return function (y) { return y === null ? null : at[Math.round(y)] + (y - Math.round(y)) * meta.row * thin; };
    }
    figure.data.forEach(function (trace) {
      if (trace.type === 'bar') trace.width = meta.bar * thin;
      if (trace.marker && trace.marker.size) trace.marker.size *= thin;
      if (trace.y) trace.y = Array.from(trace.y).map(placed(trace.yaxis));
    });
    (figure.layout.shapes || []).forEach(function (shape) {
      var place = placed(shape.yref);
      shape.y0 = place(shape.y0);
      shape.y1 = place(shape.y1);
    });
  }

  /* a copy of `figure`, ready to be drawn in `slot` */
  function prepare(figure, slot) {
    var style = getComputedStyle(root), ready = resolve(figure, style);
    ready.layout.width = slot.clientWidth;
    if (ready.layout.meta && ready.layout.meta.bar) fitPanels(ready, slot);
    ready.data.forEach(function (trace) {
      if (trace.meta === 'range') trace.marker.opacity = parseFloat(style.getPropertyValue('--range'));
    });
    return ready;
  }

  window.livelihood = Object.assign(window.livelihood || {}, { prepare: prepare });
})();
