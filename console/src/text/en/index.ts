import { first } from './first.js'
import { pages } from './pages.js'

/** Every text of the console. Other languages have this type, so that one that lacks a text does not compile. */
export const en = { ...first, ...pages }

export type Catalogue = typeof en
export type FirstTexts = typeof first
export type PageTexts = typeof pages
