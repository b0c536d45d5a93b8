import type { OfApi } from '../of-api.js'
import { doctor } from './sentences/doctor.js'

export const ofApi: OfApi = { sentences: doctor }
