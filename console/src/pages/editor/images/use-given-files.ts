import { useEffect, useRef, useState } from 'react'

/**
 * Files that are dropped anywhere on the page, or pasted. Beside the page a dropped file would open in its place.
 * @returns whether files are being dragged over it
 */
export function useGivenFiles(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  const give = useRef(onFiles)
  give.current = onFiles

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const onDrag = (event: DragEvent): void => {
      if (!hasFiles(event.dataTransfer)) return
      event.preventDefault()
      setOver(true)
    }
    addEventListener('dragenter', onDrag, { signal })
    addEventListener('dragover', onDrag, { signal })
    addEventListener('dragleave', ({ relatedTarget }) => relatedTarget ?? setOver(false), { signal })
    addEventListener(
      'drop',
      (event) => {
        setOver(false)
        if (!hasFiles(event.dataTransfer)) return
        event.preventDefault()
        give.current([...(event.dataTransfer?.files ?? [])])
      },
      { signal },
    )
    addEventListener(
      'paste',
      (event) => {
        const { clipboardData } = event
        // Of a text that was copied with its pictures, the text is meant.
        if (!hasFiles(clipboardData) || clipboardData?.types.includes('text/plain') === true) return
        event.preventDefault()
        give.current([...(clipboardData?.files ?? [])])
      },
      { signal },
    )
    return () => controller.abort()
  }, [])
  return isOver
}

function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') === true
}
