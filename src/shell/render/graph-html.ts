import { escapeHtml } from './html.ts'

/** Moves and scales the drawing with the mouse. */
const SCRIPT = `
const svg = document.querySelector('svg'), box = svg.viewBox.baseVal
svg.removeAttribute('width'); svg.removeAttribute('height')
svg.addEventListener('wheel', (e) => {
  e.preventDefault()
  const k = Math.exp(e.deltaY / 500), r = svg.getBoundingClientRect()
  const fx = (e.clientX - r.left) / r.width, fy = (e.clientY - r.top) / r.height
  box.x += box.width * (1 - k) * fx; box.y += box.height * (1 - k) * fy
  box.width *= k; box.height *= k
}, { passive: false })
svg.addEventListener('pointermove', (e) => {
  if (e.buttons !== 1) return
  const k = Math.max(box.width / svg.clientWidth, box.height / svg.clientHeight)
  box.x -= e.movementX * k; box.y -= e.movementY * k
})
`

/** @returns a page around an SVG drawing that opens in a browser, needs nothing else, and can be moved and scaled. @param caption shown above it. */
export function graphPage(svg: string, caption: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Nisaba: graph</title>
<style>
html, body { height: 100%; margin: 0; font-family: system-ui, sans-serif }
body { display: flex; flex-direction: column }
pre { margin: 0; padding: 8px 12px; background: #f3f3f3; white-space: pre-wrap; font-size: 13px }
svg { flex: 1; min-height: 0; width: 100%; cursor: grab }
</style>
</head>
<body>
<pre>${escapeHtml(caption)}</pre>
${svg}<script>${SCRIPT}</script>
</body>
</html>
`
}
