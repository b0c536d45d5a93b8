import type { OfApi } from '../of-api.js'
import { sentences } from './sentences.js'

export const ofApi: OfApi = { sentences }
