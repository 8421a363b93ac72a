/** The shaders of the WebGL2 back-end. */

export const vertexShader = `#version 300 es
precision highp float;
uniform vec4 u_matrix;
uniform vec2 u_offset;
uniform highp ivec2 u_size;
out vec2 at;
void main() {
  at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * vec2(u_size);
  gl_Position = vec4(mat2(u_matrix.xy, u_matrix.zw) * at + u_offset, 0, 1);
}`;

const SAMPLES = {
  signed: { sampler: "isampler2D", read: "vec3(grey(uint(texelFetch(u_pixels, p, 0).r) & 65535u))" },
  unsigned: { sampler: "usampler2D", read: "vec3(grey(texelFetch(u_pixels, p, 0).r))" },
  colour: { sampler: "usampler2D", read: "rgb(texelFetch(u_pixels, p, 0).rgb)" },
};

/**
 * Greys are mixed after the table, as Canvas2D does: enlarged bilinearly, reduced by averaging up to 8 x 8.
 * @param {"signed" | "unsigned" | "colour"} kind
 */
export function fragmentShader(kind) {
  const { sampler, read } = SAMPLES[kind];
  return `#version 300 es
precision highp float;
precision highp int;
precision highp ${sampler};
in vec2 at;
out vec4 colour;
uniform ${sampler} u_pixels;
uniform sampler2D u_table;
uniform highp ivec2 u_size;
uniform vec2 u_step;

float grey(uint value) {
  return texelFetch(u_table, ivec2(value & 255u, value >> 8), 0).r;
}
vec3 rgb(uvec3 value) {
  return vec3(grey(value.r), grey(value.g), grey(value.b));
}
vec3 pixel(ivec2 where) {
  ivec2 p = clamp(where, ivec2(0), u_size - 1);
  return ${read};
}
vec3 between(vec2 where) {
  vec2 q = where - 0.5;
  ivec2 p = ivec2(floor(q));
  vec2 part = q - floor(q);
  // At 1:1 the rounding of the interpolation must not leak into the grey level.
  part = mix(part, round(part), lessThan(abs(part - round(part)), vec2(0.002)));
  vec3 upper = mix(pixel(p), pixel(p + ivec2(1, 0)), part.x);
  vec3 lower = mix(pixel(p + ivec2(0, 1)), pixel(p + ivec2(1, 1)), part.x);
  return mix(upper, lower, part.y);
}
void main() {
  ivec2 taps = ivec2(clamp(ceil(u_step - 0.01), 1.0, 8.0));
  vec3 sum = vec3(0);
  for (int j = 0; j < taps.y; j++) {
    for (int i = 0; i < taps.x; i++) {
      vec2 shift = ((vec2(i, j) + 0.5) / vec2(taps) - 0.5) * u_step;
      sum += between(at + (taps == ivec2(1) ? vec2(0) : shift));
    }
  }
  colour = vec4(sum / float(taps.x * taps.y), 1);
}`;
}
