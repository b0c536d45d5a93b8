import type { MouseEvent } from 'react'

/** One that is the page's to act on: with a key held, or another button, it is the browser's. */
export function isPlainClick({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey
}
