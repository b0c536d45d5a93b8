import { IconPhoto, IconPhotoOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useText } from '../text/text.js'

/**
 * An image as it is sent, by what names it, from the API with the cookie of who is signed in.
 * @param hasWords whether there is room to say why there is none
 */
export function StoredImage({
  media,
  alt,
  hasWords = false,
}: {
  media: string | undefined
  alt: string
  hasWords?: boolean
}) {
  const text = useText()
  const [failed, setFailed] = useState<string>()
  if (media !== undefined && failed !== media)
    return (
      <img
        src={`/v1/media/${media}`}
        alt={alt}
        decoding="async"
        onError={() => setFailed(media)}
        data-media={media}
      />
    )
  const Icon = media === undefined ? IconPhoto : IconPhotoOff
  const why = media === undefined ? text.media.none : text.media.notShown
  return (
    <>
      <Icon size={32} stroke={1.25} {...(hasWords ? { 'aria-hidden': true } : { 'aria-label': why })} />
      {hasWords && why}
    </>
  )
}
