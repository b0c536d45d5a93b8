import type { OfApi } from '../of-api.js'
import { sentences } from './sentences/index.js'

export const ofApi: OfApi = { sentences }
