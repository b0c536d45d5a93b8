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

/** What the API says to programs and at terminals, for whoever reads it here. What is fit for everybody is said as the API says it. */
export const sentences: Partial<SentenceTexts> = {
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
