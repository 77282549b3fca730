/** What training can run on, best first: the order in which they are tried. */
export const BACKEND_NAMES = ['tfjs-node-gpu', 'webgpu', 'tfjs-node', 'wasm', 'cpu'] as const

/** Name of a training backend; 'tfjs-node-gpu' and 'tfjs-node' are TensorFlow's own library. */
export type BackendName = (typeof BACKEND_NAMES)[number]
