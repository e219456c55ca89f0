package auth

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// CodeDeliveryDetails says where a code was sent. Cognito masks the destination.
type CodeDeliveryDetails struct {
	DeliveryMedium string `json:"deliveryMedium,omitempty"` // "EMAIL" or "SMS"
	Destination    string `json:"destination,omitempty"`    // such as "a***@e***"
	AttributeName  string `json:"attributeName,omitempty"`  // "email" or "phone_number"; empty in sign-in steps
}

func deliveryDetails(d *types.CodeDeliveryDetailsType) CodeDeliveryDetails {
	if d == nil {
		return CodeDeliveryDetails{}
	}
	return CodeDeliveryDetails{
		DeliveryMedium: string(d.DeliveryMedium),
		Destination:    aws.ToString(d.Destination),
		AttributeName:  aws.ToString(d.AttributeName),
	}
}

func (p *pendingSignIn) delivery() CodeDeliveryDetails {
	return CodeDeliveryDetails{
		DeliveryMedium: p.Parameters["CODE_DELIVERY_DELIVERY_MEDIUM"],
		Destination:    p.Parameters["CODE_DELIVERY_DESTINATION"],
	}
}
