import { useCallback, useEffect, useRef, useState } from 'react'
import { uploadImage } from '../../../api/upload-image.js'

/** An image on its way, or one that did not get there. */
export type Upload = {
  file: File
  /** From 0 to 1. */
  share: number
  /** An error, or why it was not sent at all, in words. */
  failure?: unknown
}

export type Uploads = {
  /** By the id of the part that it is for. */
  uploads: ReadonlyMap<string, Upload>
  start: (id: string, file: File) => void
  refuse: (id: string, file: File, why: string) => void
  /** Ends it where it is under way, and forgets it. */
  forget: (id: string) => void
}

export type Uploaded = { media: string; size: string }

/** The images that are being uploaded; what is under way ends with the page. */
export function useUploads(onUploaded: (id: string, uploaded: Uploaded) => void): Uploads {
  const [uploads, setUploads] = useState<ReadonlyMap<string, Upload>>(new Map())
  const underWay = useRef(new Map<string, AbortController>())

  const put = useCallback(
    (id: string, upload: Upload) => setUploads((before) => new Map(before).set(id, upload)),
    [],
  )
  const forget = useCallback((id: string) => {
    underWay.current.get(id)?.abort()
    underWay.current.delete(id)
    setUploads((before) => new Map([...before].filter(([one]) => one !== id)))
  }, [])
  const start = useCallback(
    (id: string, file: File) => {
      underWay.current.get(id)?.abort()
      const controller = new AbortController()
      const { signal } = controller
      underWay.current.set(id, controller)
      put(id, { file, share: 0 })
      const onShare = (share: number): void => {
        if (!signal.aborted) put(id, { file, share })
      }
      uploadImage(file, { onShare, signal }).then(
        ({ media, width, height }) => {
          if (signal.aborted) return
          forget(id)
          onUploaded(id, { media, size: `${width} × ${height}` })
        },
        (failure: unknown) => {
          if (!signal.aborted) put(id, { file, share: 0, failure })
        },
      )
    },
    [put, forget, onUploaded],
  )
  useEffect(() => {
    const { current } = underWay
    return () => {
      for (const controller of current.values()) controller.abort()
    }
  }, [])

  return {
    uploads,
    start,
    refuse: useCallback((id, file, failure) => put(id, { file, share: 0, failure }), [put]),
    forget,
  }
}
