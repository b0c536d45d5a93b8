import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { useSections } from './sections.js'

/** The second letter must follow within this. */
const patienceMs = 1_200

/** `g` and the letter of a section goes there, outside of fields and dialogs. */
export function useLetters(sections: ReturnType<typeof useSections>): void {
  const navigate = useNavigate()
  useEffect(() => {
    let wentAtMs = -Infinity
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
      if (event.key === 'g') {
        wentAtMs = event.timeStamp
        return
      }
      const section = sections.find(({ letter }) => letter === event.key)
      if (section === undefined || event.timeStamp - wentAtMs > patienceMs) return
      wentAtMs = -Infinity
      event.preventDefault()
      void navigate({ to: section.to })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate, sections])
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="dialog"]') !== null)
  )
}
