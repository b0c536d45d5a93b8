import type { Catalogue } from '../en/index.js'
import { first } from './first.js'
import { pages } from './pages.js'

export const de: Catalogue = { ...first, ...pages }
