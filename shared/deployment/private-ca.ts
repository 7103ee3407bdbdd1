/** The only template that is asked of a private CA, and that a role may ask for: an authority that cannot make further ones. */
export const SUBORDINATE_TEMPLATE = 'template/SubordinateCACertificate_PathLen0/V1'
