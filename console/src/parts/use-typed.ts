import { useEffect, useRef, useState } from 'react'

/** After the last key. */
const writeAfterMs = 150

/** What is being typed into a field, at once, and written where it is kept when the hands rest. */
export function useTyped(written: string, write: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(written)
  const latest = useRef(written)
  // Another function with each drawing of the page is no other key.
  const writing = useRef(write)
  writing.current = write
  useEffect(() => {
    if (typed === latest.current) return undefined
    const timer = setTimeout(() => {
      latest.current = typed
      writing.current(typed)
    }, writeAfterMs)
    return () => clearTimeout(timer)
  }, [typed])
  // It was changed elsewhere: by going back, or by another link to the same page.
  useEffect(() => {
    if (written === latest.current) return
    latest.current = written
    setTyped(written)
  }, [written])
  return [typed, setTyped]
}
