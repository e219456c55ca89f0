// The Cognito calls that the scripts here make by hand, and what they share.

/** Calls one operation of the user pool at endpoint. A refused call throws an Error named after Cognito's error code. */
export async function call(endpoint, operation, body) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(body),
  });
  const answer = JSON.parse((await response.text()) || '{}');
  if (!response.ok) throw Object.assign(new Error(answer.message), { name: answer.__type });
  return answer;
}

/** Runs main on the JSON in the first argument and prints what it comes to, or the name of its error, as JSON. */
export async function script(main) {
  let answer;
  try {
    answer = await main(JSON.parse(process.argv[2]));
  } catch (error) {
    answer = { error: error.name, message: error.message };
  }
  console.log(JSON.stringify(answer));
}
