/** The one door to Baileys: nothing else in src imports it, so that libsignal is always silenced first. */
import './silence-libsignal.js'

export * from '@whiskeysockets/baileys'
export { default as makeWASocket } from '@whiskeysockets/baileys'
