import { imageTypes, maxImageBytes } from '../../../../../src/domain/definition.js'
import type { Catalogue } from '../../../text/en/index.js'
import type { Format } from '../../../text/format.js'

const mb = 1024 * 1024

/** Why a file need not be sent to the API: it is of another kind, or too large. Undefined where it may be. */
export function refusalOf(
  { name, type, size }: Pick<File, 'name' | 'type' | 'size'>,
  { media }: Catalogue,
  format: Format,
): string | undefined {
  if (!(imageTypes as readonly string[]).includes(type)) return media.wrongKind(name)
  if (size > maxImageBytes)
    return media.tooLarge(
      name,
      format.number(Math.ceil((10 * size) / mb) / 10),
      format.number(maxImageBytes / mb),
    )
  return undefined
}
