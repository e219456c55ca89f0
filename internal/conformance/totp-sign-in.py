# Signs in with a password and the code of an authenticator app, by boto3, and prints who that was. Nothing but the
# endpoint differs from a program that uses AWS.
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config

endpoint, client_id, username, password, code = sys.argv[1:]
pool = boto3.client('cognito-idp', endpoint_url=endpoint, region_name='eu-west-1', config=Config(signature_version=UNSIGNED))
challenge = pool.initiate_auth(
    ClientId=client_id, AuthFlow='USER_PASSWORD_AUTH', AuthParameters={'USERNAME': username, 'PASSWORD': password}
)
answer = pool.respond_to_auth_challenge(
    ClientId=client_id, ChallengeName=challenge['ChallengeName'], Session=challenge['Session'],
    ChallengeResponses={'USERNAME': username, 'SOFTWARE_TOKEN_MFA_CODE': code},
)
print(pool.get_user(AccessToken=answer['AuthenticationResult']['AccessToken'])['Username'])
