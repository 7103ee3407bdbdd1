import { describe } from 'vitest'
import { fileAuthorityKeys } from '../../../local/authority-keys.ts'
import { certificateAuthorityContract } from './certificate-contract.ts'

describe('with keys in files', () => certificateAuthorityContract(fileAuthorityKeys))
