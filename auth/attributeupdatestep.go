package auth

import "encoding/json"

// AttributeUpdateStepName is Amplify's name of a step of an attribute's update.
type AttributeUpdateStepName string

// Amplify's names of the steps of an attribute's update.
const (
	AttributeUpdateStepConfirmWithCode AttributeUpdateStepName = "CONFIRM_ATTRIBUTE_WITH_CODE"
	AttributeUpdateStepDone            AttributeUpdateStepName = "DONE"
)

// An AttributeUpdateStep says what has to happen next to an attribute that was updated. Amplify calls it updateAttributeStep. The
// set may grow: keep a default case.
//
//sumtype:decl
type AttributeUpdateStep interface {
	// Name is Amplify's name of the step.
	Name() AttributeUpdateStepName
	isAttributeUpdateStep()
}

// ConfirmAttributeWithCode asks for the code that was sent to the new address or number: ConfirmUserAttribute.
type ConfirmAttributeWithCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
}

// DoneAttributeUpdateStep says that the attribute has its new value.
type DoneAttributeUpdateStep struct{}

// Name gives AttributeUpdateStepConfirmWithCode.
func (ConfirmAttributeWithCode) Name() AttributeUpdateStepName {
	return AttributeUpdateStepConfirmWithCode
}

// Name gives AttributeUpdateStepDone.
func (DoneAttributeUpdateStep) Name() AttributeUpdateStepName { return AttributeUpdateStepDone }

func (ConfirmAttributeWithCode) isAttributeUpdateStep() {}
func (DoneAttributeUpdateStep) isAttributeUpdateStep()  {}

type attributeUpdateStepJSON struct {
	UpdateAttributeStep AttributeUpdateStepName `json:"updateAttributeStep"`
	CodeDeliveryDetails *CodeDeliveryDetails    `json:"codeDeliveryDetails,omitempty"`
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmAttributeWithCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(attributeUpdateStepJSON{UpdateAttributeStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON gives Amplify's JSON.
func (s DoneAttributeUpdateStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(attributeUpdateStepJSON{UpdateAttributeStep: s.Name()})
}
