/** Jobs of every kind that has ever broken a queue; each text is unique by its number. */
const kinds: ((number: number) => string)[] = [
  (n) => `{"class":"add","queue":"a","args":[${n},[],1.0,{}]}`,
  (n) => `{"class":"add","args":[${n},12345678901234567890,"é\\u00e9"],"queue":"b" }`,
  (n) => `no JSON ${n}`,
  // What the scripts search for in records, in a payload.
  (n) => `{"class":"add","queue":"a","args":[${n}],"payload":{"payload":[]}}`,
  (n) => `{"args":[${n}],"lease":"h:0:1","claim":3,"payload":"{}"}`,
  (n) => `"${n}"`,
];

export const jobKinds = kinds.length;

export const jobText = (kind: number, number: number): string => kinds[kind % kinds.length]!(number);
