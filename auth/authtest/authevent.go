package authtest

import (
	"math"
	"slices"
	"time"
)

// authEvent is a sign-in with a password in a user's history, in the form of the API.
type authEvent struct {
	serial int

	EventID            string `json:"EventId"`
	EventType          string
	CreationDate       float64
	EventResponse      string
	EventRisk          eventRisk
	ChallengeResponses []challengeResponse
	EventFeedback      *eventFeedback `json:",omitempty"`
}

type eventRisk struct {
	RiskDecision                   string
	CompromisedCredentialsDetected bool
}

type challengeResponse struct{ ChallengeName, ChallengeResponse string }

type eventFeedback struct {
	FeedbackValue string
	Provider      string
	FeedbackDate  float64
}

// keptEvents is how many events a user's history has at most.
const keptEvents = 200

// logEvent adds a sign-in to the user's history.
func (u *user) logEvent(id string, succeeded bool, at time.Time) {
	response, challenge := "Pass", "Success"
	if !succeeded {
		response, challenge = "Fail", "Failure"
	}
	u.eventsSeen++
	u.events = newest(append(u.events, &authEvent{
		serial: u.eventsSeen, EventID: id, EventType: "SignIn", CreationDate: epoch(at), EventResponse: response,
		EventRisk:          eventRisk{RiskDecision: "NoRisk"},
		ChallengeResponses: []challengeResponse{{ChallengeName: "Password", ChallengeResponse: challenge}},
	}), keptEvents)
}

type listAuthEventsInput struct {
	adminTarget
	MaxResults int    `wire:"MaxResults,PageSize"`
	NextToken  string `wire:"NextToken,PaginationToken"`
}

type listAuthEventsOutput struct {
	AuthEvents []*authEvent
	NextToken  string `json:",omitempty"`
}

type eventFeedbackInput struct {
	adminTarget
	EventID       string `wire:"EventId,EventId,required"`
	FeedbackValue string `wire:"FeedbackValue,FeedbackValue,required"`
}

type ownEventFeedbackInput struct {
	eventFeedbackInput
	FeedbackToken string `wire:"FeedbackToken,Token,required"`
}

// adminListUserAuthEvents lists the newest events first.
func (o *userAdmin) adminListUserAuthEvents(in listAuthEventsInput) (any, error) {
	u, err := o.watchedUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	events := slices.Clone(u.events)
	slices.Reverse(events)
	events, next, err := page(o.list("AdminListUserAuthEvents "+u.username), events, func(e *authEvent) string {
		return serialKey(math.MaxInt - e.serial)
	}, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return listAuthEventsOutput{AuthEvents: append([]*authEvent{}, events...), NextToken: next}, nil
}

// adminUpdateAuthEventFeedback notes what the administrator says of an event.
func (o *userAdmin) adminUpdateAuthEventFeedback(in eventFeedbackInput) (any, error) {
	u, err := o.watchedUser(in.adminTarget)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(u.events, func(e *authEvent) bool { return e.EventID == in.EventID })
	if i < 0 {
		return nil, refuse(codeResourceNotFound, "Event %s does not exist.", in.EventID)
	}
	noted := *u.events[i] // what a reader has of the event does not change
	noted.EventFeedback = &eventFeedback{
		FeedbackValue: in.FeedbackValue, Provider: "Admin", FeedbackDate: epoch(o.clock.now()),
	}
	u.events[i] = &noted
	return struct{}{}, nil
}

// updateAuthEventFeedback always fails: its token comes with a message about a risk, and the pool
// sends none.
func (o *userAdmin) updateAuthEventFeedback(in ownEventFeedbackInput) (any, error) {
	if _, err := o.watchedUser(in.adminTarget); err != nil {
		return nil, err
	}
	return nil, notAuthorized("Invalid feedback token.")
}

// watchedUser returns the user of a call about events, which a pool has with threat protection only.
func (o *userAdmin) watchedUser(target adminTarget) (*user, error) {
	if err := o.checkPool(target.UserPoolID); err != nil {
		return nil, err
	}
	if addOns := o.settings.shown.UserPoolAddOns; addOns == nil || addOns.AdvancedSecurityMode == "OFF" {
		return nil, refuse(codeAddOnNotEnabled, "User pool add-ons are not enabled.")
	}
	return o.adminUser(target)
}
