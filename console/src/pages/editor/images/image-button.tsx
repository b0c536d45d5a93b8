import { Button, FileButton, type ButtonProps } from '@mantine/core'
import { useRef } from 'react'
import { imageTypes } from '../../../../../src/domain/definition.js'

const accepted = imageTypes.join(',')

/** Lets one choose images from the device; the same one again, too. */
export function ImageButton({
  label,
  isMany = false,
  onImages,
  ...button
}: Pick<ButtonProps, 'variant' | 'size' | 'leftSection'> & {
  label: string
  isMany?: boolean
  onImages: (images: File[]) => void
}) {
  const reset = useRef<() => void>(null)
  return (
    <FileButton
      multiple
      accept={accepted}
      resetRef={reset}
      inputProps={{ multiple: isMany }}
      onChange={(files) => {
        // The input gives its files away with its value.
        onImages([...files])
        reset.current?.()
      }}
    >
      {(props) => (
        <Button {...props} {...button}>
          {label}
        </Button>
      )}
    </FileButton>
  )
}
