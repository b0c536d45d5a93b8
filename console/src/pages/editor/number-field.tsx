import '@mantine/core/styles/NumberInput.layer.css'
import { NumberInput, type NumberInputProps } from '@mantine/core'

/** A number as it is typed: one that cannot be is told by the API, and not made another one on the way to the button that saves. */
export function NumberField(props: NumberInputProps) {
  return <NumberInput {...props} clampBehavior="none" />
}
