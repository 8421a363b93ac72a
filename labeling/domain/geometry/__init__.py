"""Pure geometry of images: shapes in pixels, masks, slices along their normal."""
