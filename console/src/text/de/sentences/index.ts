import type { SentenceTexts } from '../../sentence-texts.js'
import { failures } from './failures.js'
import { input } from './input.js'
import { media } from './media.js'
import { reasons } from './reasons.js'
import { refusals } from './refusals.js'
import { rules } from './rules.js'
import { telegram } from './telegram.js'
import { times } from './times.js'
import { warnings } from './warnings.js'

export const sentences: SentenceTexts = {
  ...input,
  ...times,
  ...rules,
  ...media,
  ...warnings,
  ...reasons,
  ...failures,
  ...refusals,
  ...telegram,
}
