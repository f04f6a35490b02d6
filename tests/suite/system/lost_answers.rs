//! Calls whose writes happen and whose answers are lost: one effect, and the answer that it deserves.

use demo::Sample as _;
use weiquan_store::clients::sequence::{self, Counted};
use weiquan_store::clients::{self, App};
use weiquan_store::id::{MessageId, MomentId};

use crate::support::faults::Kind as Fault;
use crate::support::qzone::{CALLBACK, Visitor, allow, open, refuse, request_token};
use crate::support::storm::Storm;
use crate::support::xweibo::pictures::files;
use crate::support::{BAI, Call, Reply, World};

/// Operations that change nothing. The pages are here for their sample events, which only open them.
const READING: [&str; 28] = [
    "front",
    "docs",
    "okay-get-my-moment",
    "okay-hello-world",
    "okay-message-replies",
    "okay-message-show",
    "okay-show-moment",
    "okay-user-check",
    "okay-user-other-profile",
    "okay-user-profile",
    "qzone-authorize",
    "qzone-feeds",
    "qzone-grants",
    "xweibo-direct-messages",
    "xweibo-emotions",
    "xweibo-followers",
    "xweibo-friends",
    "xweibo-friendship",
    "xweibo-get-comments",
    "xweibo-get-counts",
    "xweibo-get-provinces",
    "xweibo-get-tags",
    "xweibo-home-timeline",
    "xweibo-mentions",
    "xweibo-show",
    "xweibo-sinaurl",
    "xweibo-unread",
    "xweibo-user-timeline",
];

/// Every item of a table and every picture.
type State = (Vec<String>, Vec<String>);

/// Says of `name` what only one of the two has.
#[track_caller]
fn assert_same(name: &str, left: &State, right: &State) {
    let only = |of: &State, and: &State| {
        let items = of.0.iter().filter(|item| !and.0.contains(item));
        items.cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(left, right), only(right, left), "{name}");
    assert!(left == right, "{name}: {:?} {:?}", left.1, right.1);
}

async fn state(world: &World) -> State {
    let pictures = files(world).into_keys().collect();
    let mut items = world.dump().await;
    // What only limits may count a repeated try twice.
    items.retain(|item| !item.contains("\"SK\":\"USE#") && !item.contains("\"PK\":\"ATTEMPTS#"));
    (items, pictures)
}

async fn draw_alike<I: Counted>(world: &World, other: &World, app: &App) {
    let draw = async |world: &World| -> u64 {
        let id: I = sequence::next(&world.ctx.store, app).await.unwrap();
        id.into()
    };
    let (drawn, first, second) = (draw(world).await, draw(other).await, draw(other).await);
    assert_eq!((drawn, second), (first + 1, first + 1));
}

/// Two worlds in which the same is done; one of them loses the first answer to each write.
struct Twins {
    world: World,
    other: World,
    storm: Storm,
}

impl Twins {
    async fn new() -> Self {
        let (world, other) = (World::with_content().await, World::with_content().await);
        assert_same("the start", &state(&world).await, &state(&other).await);
        let storm = world.faults().lost_first_answers();
        // A draw whose answer is lost draws twice: here and now, so that both go on from the same number.
        let app = clients::read::<App>(&world.ctx.store, demo::SIGNED_APP).await;
        let app = app.unwrap().unwrap();
        draw_alike::<MessageId>(&world, &other, &app).await;
        draw_alike::<MomentId>(&world, &other, &app).await;
        Self {
            world,
            other,
            storm,
        }
    }

    /// Sends the same to both; what they answer, and what they hold then, must be the same. Gives the
    /// answer, and whether it changed anything.
    async fn call(&self, name: &str, send: impl AsyncFn(&World) -> Reply) -> (Reply, bool) {
        let before = state(&self.world).await;
        let lost = self.storm.strikes(Fault::LostAnswer);
        let (reply, other) = (send(&self.world).await, send(&self.other).await);
        assert_eq!(
            (reply.status, &reply.body),
            (other.status, &other.body),
            "{name}"
        );
        let after = state(&self.world).await;
        assert_same(name, &after, &state(&self.other).await);
        let lost = self.storm.strikes(Fault::LostAnswer) - lost;
        assert!(after.0 == before.0 || lost > 0, "{name} lost no answer");
        (reply, after != before)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_no_second_effect() {
    let twins = Twins::new().await;
    for function in front::functions() {
        let package = function.package();
        let send = async |world: &World| {
            let event = function.sample(&world.ctx, &world.demo.credentials());
            world.event(&world.ctx, package, event).await
        };
        let (reply, changed) = twins.call(package, send).await;
        assert_eq!(
            crate::support::binaries::outcome(
                &reply.headers["content-type"],
                reply.status,
                &reply.body
            ),
            Ok(()),
            "{package}: {}",
            reply.body
        );
        assert_eq!(changed, !READING.contains(&package), "{package}");
    }
    // What the stream makes of it is written with lost answers, too.
    twins.world.settle().await;
    twins.other.settle().await;
    let (ours, theirs) = (state(&twins.world).await, state(&twins.other).await);
    assert_same("the stream", &ours, &theirs);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_lose_answers_without_a_second_effect() {
    let twins = Twins::new().await;
    for (name, decide) in [
        (
            "allow",
            (|world, page| allow(world, page, BAI)) as fn(&World, &_) -> Call,
        ),
        ("refuse", |_, page| refuse(page)),
    ] {
        let send = async |world: &World| {
            let asked = request_token(world, &[("oauth_nonce", name)]).await;
            let page = open(world, &asked.token).await;
            let reply = world.send(decide(world, &page)).await;
            assert!(reply.headers["location"].starts_with(CALLBACK), "{reply:?}");
            reply
        };
        assert!(twins.call(name, send).await.1, "{name} writes");
    }
    let revoke = async |world: &World| {
        let visitor = Visitor::log_in(world, BAI).await;
        let rows = visitor.rows();
        world.send(visitor.post(&[("revoke", &rows[0])])).await
    };
    let (reply, changed) = twins.call("log in and revoke", revoke).await;
    assert!(changed && reply.status < 400, "{reply:?}");
}
