using Portal.Core.Domain;
using Portal.Core.Engine;
using Portal.Core.Planning;

namespace Portal.Tests.Core.Planning;

public class PullCountTests
{
    [Fact]
    public void Adds_up_what_an_engine_says_of_the_layers()
    {
        var count = new PullCount();
        count.Add(new PullProgress("1.27", "Pulling from library/nginx", null, null));
        Assert.Equal(PullTally.None, count.Tally);
        count.Add(new PullProgress("a", "Already exists", null, null));
        count.Add(new PullProgress("b", "Pulling fs layer", null, null));
        count.Add(new PullProgress("c", "Pulling fs layer", null, null));
        Assert.Equal(new PullTally(3, 1, 0, 0), count.Tally);
        count.Add(new PullProgress("b", "Downloading", 30, 100));
        count.Add(new PullProgress("c", "Downloading", 50, 1000));
        Assert.Equal(new PullTally(3, 1, 1100, 80), count.Tally);
        count.Add(new PullProgress("b", "Download complete", null, null));
        count.Add(new PullProgress("b", "Extracting", 5, 900));
        Assert.Equal(new PullTally(3, 1, 1100, 150), count.Tally);
        count.Add(new PullProgress("b", "Pull complete", null, null));
        Assert.Equal(new PullTally(3, 2, 1100, 150), count.Tally);
        count.Add(new PullProgress(null, "Status: Downloaded newer image for nginx:1.27", null, null));
        Assert.Equal("3 of 7 layers, 12M of 40M", new PullTally(7, 3, 40 << 20, 12 << 20).ToString());
    }
}
