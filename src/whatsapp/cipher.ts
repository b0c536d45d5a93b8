export * from '../store/cipher.js'
