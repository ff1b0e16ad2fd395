/* The grid of the Evidence page: columns, keys, copying. Loaded there only; the page works without it. */
