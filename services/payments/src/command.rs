//! The subcommands: those of every service, and an operator's with money.

use std::str::FromStr;

use clap::{Args, Subcommand};
use common::{
    id::{PaymentId, TicketId, UserId},
    money::Minor,
    text::RefundReason,
};
use runtime::Failure;

use crate::{
    audit::audit,
    domain::AskedBy,
    payouts,
    refunds::{self, Wanted, refund},
    state::Money,
};

/// What the binary can be asked to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// What every service can be asked.
    #[command(flatten)]
    Common(messaging::Command),
    /// What concerns money alone.
    #[command(flatten)]
    Money(MoneyCommand),
}

impl Default for Command {
    fn default() -> Self {
        Self::Common(messaging::Command::default())
    }
}

/// What is done about money by hand, beside the running service.
#[derive(Debug, Clone, Subcommand)]
pub enum MoneyCommand {
    /// Give captured money back to a buyer.
    Refund(Refund),
    /// Look at the books.
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Pay sellers.
    #[command(subcommand)]
    Payouts(PayoutsCommand),
}

/// A refund by whoever runs the market.
#[derive(Debug, Clone, Args)]
pub struct Refund {
    /// The payment.
    #[arg(long)]
    payment: PaymentId,
    /// Only what this listing's tickets cost; otherwise all that was paid for.
    #[arg(long)]
    ticket: Option<TicketId>,
    /// So much, in major units such as 12.50; otherwise all that is left.
    #[arg(long)]
    amount: Option<Amount>,
    /// Tickets of the listing that go back on sale.
    #[arg(long, default_value_t = 0, requires = "ticket")]
    relist: u32,
    /// Why, in words for the buyer.
    #[arg(long)]
    reason: Reason,
    /// Makes repeating the command harmless: the same key gives the same refund.
    #[arg(long)]
    key: Option<String>,
}

/// What can be asked of the ledger.
#[derive(Debug, Clone, Subcommand)]
pub enum LedgerCommand {
    /// Prove that it agrees with the payments, the gateway and the orders. Fails if it does not.
    Check,
}

/// What can be done about payouts.
#[derive(Debug, Clone, Subcommand)]
pub enum PayoutsCommand {
    /// Pay out now what is due.
    Run,
    /// Keep the account with the gateway that a seller is paid to.
    Connect {
        /// The seller.
        #[arg(long)]
        seller: UserId,
        /// The account, such as `acct_1032D82eZvKYlo2C`.
        #[arg(long)]
        account: String,
    },
}

/// An amount in major units.
#[derive(Debug, Clone, Copy)]
struct Amount(Minor);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Minor::from_major(text).map(Self)
    }
}

/// A reason a buyer can read.
#[derive(Debug, Clone)]
struct Reason(RefundReason);

impl FromStr for Reason {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl MoneyCommand {
    /// Does it, and reports on standard output.
    #[expect(clippy::print_stdout, reason = "the report is what the command was asked for")]
    pub(crate) async fn run(self, money: &Money) -> Result<(), Failure> {
        match self {
            Self::Refund(wanted) => {
                let payment = wanted.payment;
                let (payment, id) = refund(money, payment, &wanted.into()).await?;
                let Some(made) = payment.refund(id) else { return Err(Failure::new("the refund is lost")) };
                let what = format!("refund {id} of {} {}", made.amount(), payment.currency().as_str());
                if let Some(failure) = made.failure() {
                    return Err(Failure::new(format!("{what} was refused: {failure}")));
                }
                let state = if refunds::is_done(&payment, id) {
                    "done"
                } else {
                    "pending: the service goes on with it"
                };
                println!("{what}: {state}");
            }
            Self::Ledger(LedgerCommand::Check) => {
                let audit = audit(money).await?;
                println!("{} entries about {} payments", audit.entries, audit.payments);
                for (account, sum) in &audit.totals {
                    println!("{account}: {sum}");
                }
                for finding in &audit.wrong {
                    println!("wrong: {finding}");
                }
                if !audit.wrong.is_empty() {
                    return Err(Failure::new(format!("the books are wrong in {} places", audit.wrong.len())));
                }
                println!("the books are right");
            }
            Self::Payouts(PayoutsCommand::Run) => println!("{} payouts sent", payouts::round(money).await?),
            Self::Payouts(PayoutsCommand::Connect { seller, account }) => {
                money.payouts.connect(seller, &account).await?;
                println!("{seller} is paid to {account}");
            }
        }
        Ok(())
    }
}

impl From<Refund> for Wanted {
    fn from(wanted: Refund) -> Self {
        Self {
            ticket: wanted.ticket,
            amount: wanted.amount.map(|Amount(amount)| amount),
            units: wanted.relist,
            reason: wanted.reason.0.to_string(),
            asked_by: AskedBy::Operator,
            key: wanted.key,
        }
    }
}
