/* A table wider than its frame has a bar at the frame's edge, until its last column is in sight.
   Frames out of sight are not laid out, so each is measured when it comes into view. */
(function () {
  'use strict';
  var main = document.getElementById('main'), seen;
  function mark(frame) { frame.classList.toggle('more', frame.scrollWidth - frame.clientWidth - frame.scrollLeft > 4); }
  function markAll() { main.querySelectorAll('.scroll').forEach(mark); }
  function watch() {
    if (seen) seen.disconnect();
    seen = new IntersectionObserver(function (found) { found.forEach(function (entry) { if (entry.isIntersecting) mark(entry.target); }); });
    main.querySelectorAll('.scroll').forEach(function (frame) { seen.observe(frame); });
  }
  document.addEventListener('scroll', function (event) {
    if (event.target.classList && event.target.classList.contains('scroll')) mark(event.target);
  }, true);
  new MutationObserver(watch).observe(main, { childList: true });
  new ResizeObserver(markAll).observe(main);
  watch();
})();
