import { useEffect } from 'react'

/**
 * The second click of a double click is for what the first was for: where that is gone, as when Pause became Resume in between,
 * it is for nothing.
 */
export function useOneClick(): void {
  useEffect(() => {
    let first: Element | null = null
    function onClick(event: MouseEvent): void {
      const { target, detail } = event
      const pressed = target instanceof Element ? target.closest('button, a, [role="menuitem"]') : null
      // By the keyboard it is 0.
      if (detail <= 1) first = pressed
      else if (pressed !== null && pressed !== first) {
        event.preventDefault()
        event.stopPropagation()
      }
    }
    addEventListener('click', onClick, { capture: true })
    return () => removeEventListener('click', onClick, { capture: true })
  }, [])
}
