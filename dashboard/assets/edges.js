/* A table wider than its frame has a bar at the frame's edge, until its last column is in sight. */
(function () {
  'use strict';
  function mark(frame) { frame.classList.toggle('more', frame.scrollWidth - frame.clientWidth - frame.scrollLeft > 4); }
  function markAll() { document.querySelectorAll('.scroll').forEach(mark); }
  document.addEventListener('scroll', function (event) {
    if (event.target.classList && event.target.classList.contains('scroll')) mark(event.target);
  }, true);
  window.addEventListener('resize', markAll);
  new MutationObserver(markAll).observe(document.getElementById('main'), { childList: true });
  markAll();
})();
