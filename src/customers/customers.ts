// Placeholder until the room is moved in: rules of a name and a phone number.
export const nameRule = { message: 'Name must be 3-70 characters, max 4 words, letters only, no consecutive spaces', test: (text: string) => /^[\p{L}\p{M} ]{3,70}$/u.test(text) };
export const phoneRule = { message: 'Phone number must be exactly 10 digits', test: (text: string) => /^[0-9]{10}$/.test(text) };
