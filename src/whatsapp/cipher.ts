export * from '../store/encryption/cipher.js'
