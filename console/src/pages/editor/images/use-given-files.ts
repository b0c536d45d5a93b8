import { useEffect, useRef, useState, type RefObject } from 'react'

/**
 * Files that are dropped or pasted where they are taken, which `data-takes-files` says, or anywhere else on the page. Beside the
 * page a dropped file would open in its place.
 * @param place `isForRest`: what is given anywhere else is for this, too
 * @returns whether files are being dragged to it
 */
export function useGivenFiles(
  onFiles: (files: File[]) => void,
  { root, isForRest }: { root: RefObject<HTMLElement | null>; isForRest: boolean },
): boolean {
  const [isOver, setOver] = useState(false)
  const give = useRef(onFiles)
  give.current = onFiles

  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    function isFor({ target }: Event): boolean {
      if (root.current?.closest('[inert]')) return false
      const place = target instanceof Element ? target.closest('[data-takes-files]') : null
      return place === null ? isForRest : place === root.current
    }
    const onDrag = (event: DragEvent): void => {
      if (!hasFiles(event.dataTransfer)) return
      event.preventDefault()
      setOver(isFor(event))
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
        if (isFor(event)) give.current([...(event.dataTransfer?.files ?? [])])
      },
      { signal },
    )
    addEventListener(
      'paste',
      (event) => {
        const { clipboardData } = event
        // Of a text that was copied with its pictures, the text is meant.
        const isOfText = clipboardData?.types.includes('text/plain') === true
        if (!hasFiles(clipboardData) || isOfText || !isFor(event)) return
        event.preventDefault()
        give.current([...(clipboardData?.files ?? [])])
      },
      { signal },
    )
    return () => controller.abort()
  }, [root, isForRest])
  return isOver
}

function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') === true
}
