/** A title or a name in each script that tickets are printed in, with what is hard to shape in it. */
export const SAMPLES = {
  Latin: 'Nguyễn Văn Đức: Café Noir M̃ Kahanaiʻa O’Brien',
  Cyrillic: 'Сталкер: ёжик в тумане, Ўзбеков',
  Greek: 'Ο Θίασος – ΰ ᾧ Ἀθῆναι, Ελένη',
  Devanagari: 'दिल्ली-६: कार्तिक र्‍य ट्ठ हिन्दी क्ष्म्यै लक्ष्मी',
  Tamil: 'பொன்னியின் செல்வன் – பாகம் ஸ்ரீ நௌஷாத் க்ஷத்ரியன்',
  Telugu: 'బాహుబలి: ది కన్‌క్లూజన్ స్త్రీ రాజ్యం శ్రీనివాస్ కృష్ణ',
  Kannada: 'ಕೆಜಿಎಫ್ ಚಾಪ್ಟರ್ ೨: ಸ್ತ್ರೀ ರ್ಯ ಕೊಡಗು ಲಕ್ಷ್ಮೀ ಕಾರ್ತಿಕ',
  Malayalam: 'മഞ്ഞുമ്മൽ ബോയ്സ്: പ്രേമം ക്രൗര്യം ന്റെ കൃഷ്ണൻ സ്ത്രീ',
  Bengali: 'পথের পাঁচালী: কার্তিক র‍্যাব কোলকাতা শ্রী চৌধুরী',
  Gujarati: 'છેલ્લો દિવસ: સ્ત્રી પ્રકાશ જ્ઞાન લક્ષ્મી',
  Gurmukhi: 'ਸ੍ਰੀ ਕ੍ਰਿਸ਼ਨ ਪੰਜਾਬੀ: ਜੱਟ ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ',
  Odia: 'ଓଡ଼ିଆ କୋଣାର୍କ ସ୍ତ୍ରୀ ମାୟା ମିରିଗ ଲକ୍ଷ୍ମୀ',
  Arabic: 'كتابٌ عن الحب لا إله پاکستان محمد',
  Hebrew: 'הסרט הגדול של שָׁלוֹם בן לוי',
} as const;

export const EVERY_SCRIPT: readonly string[] = Object.values(SAMPLES);
